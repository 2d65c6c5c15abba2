### wire
