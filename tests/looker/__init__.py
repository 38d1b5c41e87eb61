"""Tests of the client, against small HTTP servers on loopback."""
