/** What a terminal sends to its whole foreground job: whoever else is in it has it already. */
export const FROM_TERMINAL = ['SIGINT', 'SIGQUIT'] as const;
