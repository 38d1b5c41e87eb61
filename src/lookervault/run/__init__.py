"""Where pure and impure meet: extract, observe, plan and apply against real instances and files."""
