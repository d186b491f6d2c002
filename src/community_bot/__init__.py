"""A chatbot that answers about people, resolutions and statements from reviewed, sourced files."""
