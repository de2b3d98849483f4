"""What scripts/bench is made of: figures, processes, servers, loads, and what is done with them."""
