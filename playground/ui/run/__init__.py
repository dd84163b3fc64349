"""A run on a training page: started, followed, judged, kept and taken home."""
