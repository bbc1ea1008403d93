package io.github.segloss.backend;

/**
 * Something that a backend computes on.
 *
 * @param id its number within the backend, from 0
 * @param name its name, such as that of the processor
 * @param detail what else is worth knowing: lanes, memory, driver
 */
public record Device(int id, String name, String detail) {}
