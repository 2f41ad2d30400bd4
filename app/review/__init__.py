"""Review of construction drawings (施工图审查): submissions, cases, opinions, certificates (DOMAIN 2.2, 2.3, 3.4)."""
