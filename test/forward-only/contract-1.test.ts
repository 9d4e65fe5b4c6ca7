import { testContract } from './contract.ts';

testContract(1);
