"""The demo town: invented people and a year of their meetings, composed as the evaluation of 2017 counted."""
