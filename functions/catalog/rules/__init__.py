"""What the catalogue is made of and what may be done with it; pure."""
