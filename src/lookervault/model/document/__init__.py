"""Resources as documents that people read, review and write; and documents as resources again."""
