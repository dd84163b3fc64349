"""An autograd graph as plain data: its drawing, and what torch's words in it mean."""
