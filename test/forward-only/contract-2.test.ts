import { testContract } from './contract.ts';

testContract(2);
