"""The engines that look at pixels, each behind one door."""
