"""What goes in and comes out, as pydantic models: the contract of version 1. Unknown fields are refused."""
