"""What each payment provider wants to hear and says back; the only place that handles their keys."""
