"""What the engine is compared with, on the same machine in the same run."""
