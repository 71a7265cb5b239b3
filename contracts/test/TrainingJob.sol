// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Jury} from "../Jury.sol";
import {TrainingWorld} from "./TrainingWorld.sol";
import {vm} from "./Vm.sol";

/// One job from `customer` on the machine of `provider`, taken as far as a test wants.
contract TrainingJob is TrainingWorld {
    address provider;
    address customer;
    uint64 job;
    uint256 before;

    function setUp() public {
        provider = who(0);
        customer = who(1);
        before = ledger.free(provider);
        vm.prank(customer);
        job = training.open(1, PRICE, MILESTONES, DURATION, "recipe");
    }

    function accepted() internal {
        vm.prank(provider);
        training.accept(job);
    }

    function committed(uint32 checkpoints) internal {
        vm.prank(provider);
        training.commit(job, keccak256(abi.encode(checkpoints)), checkpoints);
    }

    function sampled(uint32 checkpoints) internal {
        committed(checkpoints);
        vm.roll(block.number + 2);
        training.sample(job);
    }

    function challenged() internal {
        accepted();
        sampled(5);
        vm.prank(customer);
        training.challenge(job, 2);
    }

    function requireEmpty() internal view {
        require(ledger.held(address(training), job) == 0, "escrow drained");
        require(ledger.held(address(training), training.stakeBucket(job)) == 0, "stake drained");
        require(ledger.held(address(training), training.bondBucket(job)) == 0, "bond drained");
        require(ledger.held(address(jury), getJob(job).dispute) == 0, "both bonds drained");
    }

    function defended() internal returns (uint64 dispute) {
        challenged();
        vm.prank(provider);
        training.defend(job);
        dispute = getJob(job).dispute;
        draws(dispute);
        require(seatsOf(dispute).length == 2, "both others are drawn");
    }

    /// The jury is drawn, of one mind, and not appealed against.
    function judged(bool guilty) internal {
        uint64 dispute = defended();
        Jury.Seat[] memory seats = seatsOf(dispute);
        for (uint256 i; i < seats.length; ++i) votes(dispute, seats[i].machine, guilty);
        jury.draw(dispute);
        for (uint256 i; i < seats.length; ++i) reveals(dispute, seats[i].machine, guilty);
        later(jury.APPEAL() + 1);
    }
}
