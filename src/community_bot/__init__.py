"""A chatbot that answers about people, resolutions and statements from reviewed, sourced files."""

import logging

# Whoever runs the program decides where its log goes; without a decision it goes nowhere, and
# never between somebody's answers.
logging.getLogger(__name__).addHandler(logging.NullHandler())
