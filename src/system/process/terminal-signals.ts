/** Signals that a terminal sends to its whole foreground job, so every other process of that job has received them already. */
export const FROM_TERMINAL = ['SIGINT', 'SIGQUIT'] as const;
