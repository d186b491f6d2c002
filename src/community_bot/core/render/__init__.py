"""From a Reply to text, HTML, Markdown or data, for no platform in particular.

Every writer works on what ``clean`` made of the reply, so none can forget to make content safe.
Nothing here raises, and nothing of a reply is left out.
"""
