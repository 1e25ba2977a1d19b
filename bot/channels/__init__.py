"""The ways in and out: each turns its own updates into arrivals, and sends what it is given."""
