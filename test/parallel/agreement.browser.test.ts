import { testAgreement } from './agreement.ts';

testAgreement();
