"""亮灯: lamps of cases as they are shown, the history of red ones, and who is to decide on what follows."""
