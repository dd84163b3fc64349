"""What every page stands on: settings, lessons, runs and what can be said of them. No Streamlit."""
