"""会议: sessions that offices keep, their agendas over all cases, minutes of a whole session."""
