import { configureGlobal } from 'fast-check';

/**
 * Random cases are the same in every run, so that a change that breaks a law fails in the run that tests it, and a
 * failed run can be repeated. Other cases: `PCLAUDE_TEST_SEED=$RANDOM npm run test:unit`.
 */
configureGlobal({ seed: Number(process.env['PCLAUDE_TEST_SEED'] ?? 20_261_121) });
