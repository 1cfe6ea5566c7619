"""Formats: one module a shape of export."""
