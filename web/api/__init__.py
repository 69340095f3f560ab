"""接口 ``/api/v1``: JSON over the same services as the console and the command line."""
