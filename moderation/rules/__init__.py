"""The deciding part: functions of values, standard library only."""
