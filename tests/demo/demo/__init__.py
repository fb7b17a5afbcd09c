"""The main job at work, on one machine: people ride, a provider changes its API twice, and nothing is lost."""
