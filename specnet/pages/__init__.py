"""What pages for people are made of: pictures in their colours, sounds to hear, templates."""
