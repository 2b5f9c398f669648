// `npm start`: everything in one process on port 8080 (PORT changes it).
import { runProgram } from './lmi.mjs';

runProgram(['start', ...process.argv.slice(2)]);
