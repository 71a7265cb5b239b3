// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Training} from "../Training.sol";
import {World} from "./World.sol";
import {vm} from "./Vm.sol";

/// A world with training jobs; account 0 provides, account 1 orders, 2 and 3 own machines that may be drawn as jurors.
contract TrainingWorld is World {
    Training public training;
    uint96 public constant PRICE = 1e18;
    uint16 public constant MILESTONES = 4;
    uint40 public constant DURATION = 1000;

    constructor() {
        training = new Training(ledger, market);
        ledger.addModule(address(training));
        for (uint256 i; i < keys.length; ++i) {
            vm.prank(who(i));
            market.addMachine("spec", "peer");
        }
    }

    function getJob(uint256 id) public view returns (Training.Job memory) {
        return training.getJob(id);
    }

    function sealedVote(uint256 id, address juror, bool guilty) public pure returns (bytes32) {
        return keccak256(abi.encode(id, juror, guilty, bytes32("salt")));
    }
}
