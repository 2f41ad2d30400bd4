"""The `oneset` command: starts the server, the worker and the demo."""
