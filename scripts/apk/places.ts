// Where things are: sources, what is built from them, and what is the user's and stays.

import { homedir } from 'node:os';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..', '..');
export const project = join(root, 'android-webview');
export const buildFolder = join(root, 'build', 'android');
export const userFolder = join(homedir(), '.onward');
