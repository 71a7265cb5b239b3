// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Training} from "../Training.sol";
import {JuryWorld} from "./JuryWorld.sol";
import {vm} from "./Vm.sol";

/// A world with training jobs; account 0 provides, account 1 orders, and the machines of 2 and 3 are enrolled as jurors.
contract TrainingWorld is JuryWorld {
    Training public training;
    uint96 public constant PRICE = 2e18;
    uint16 public constant MILESTONES = 4;
    uint40 public constant DURATION = 1000;

    constructor() {
        training = new Training(ledger, market, jury);
        ledger.addModule(address(training));
        enrols(who(2), 3);
        enrols(who(3), 4);
        vm.roll(2000);
    }

    function getJob(uint256 id) public view returns (Training.Job memory) {
        return training.getJob(id);
    }
}
