import { testBehaviour } from './behaviour.ts';

testBehaviour();
