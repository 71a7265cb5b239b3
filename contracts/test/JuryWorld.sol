// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Jury} from "../Jury.sol";
import {History, HISTORY} from "./History.sol";
import {World} from "./World.sol";
import {vm} from "./Vm.sol";

/// A world with a jury. Machines 1 to 4 belong to the four accounts; more owners can be made, each with one machine
/// that is enrolled.
contract JuryWorld is World {
    Jury public jury;
    bytes private expected;

    constructor() {
        vm.etch(HISTORY, address(new History()).code);
        jury = new Jury(ledger, market);
        ledger.addModule(address(jury));
        for (uint256 i; i < keys.length; ++i) {
            vm.prank(who(i));
            market.addMachine("spec", "peer");
        }
        vm.roll(1000);
    }

    /// The next vote, abstention or opening must fail so; the reads before it are not looked at.
    function expects(bytes memory reason) internal {
        expected = reason;
    }

    function as_(address account) private {
        if (expected.length > 0) vm.expectRevert(expected);
        delete expected;
        vm.prank(account);
    }

    function enrols(address owner, uint64 machine) internal {
        vm.prank(owner);
        jury.enrol(machine);
    }

    /// @return machine of a new owner that has twenty coins left in the Ledger besides
    function newJuror(uint160 number) internal returns (uint64 machine) {
        address owner = address(0xA0000 + number);
        require(coin.transfer(owner, 40e18), "funds");
        vm.prank(owner);
        coin.approve(address(ledger), type(uint256).max);
        vm.prank(owner);
        ledger.deposit(40e18);
        vm.prank(owner);
        machine = market.addMachine("spec", "peer");
        enrols(owner, machine);
    }

    function ownerOf(uint64 machine) internal view returns (address owner) {
        (owner, , , , , , ) = market.machines(machine);
    }

    function seatsOf(uint256 id) public view returns (Jury.Seat[] memory seats) {
        (, seats) = jury.getRound(id, jury.getCase(id).round);
    }

    function roundOf(uint256 id) public view returns (Jury.Round memory round) {
        (round, ) = jury.getRound(id, jury.getCase(id).round);
    }

    function juror(uint64 machine) public view returns (Jury.Juror memory it) {
        (it.owner, it.seats, it.retired, it.stake, it.position) = jury.jurors(machine);
    }

    function sealedVote(uint256 id, uint64 machine, bool guilty) public view returns (bytes32) {
        return keccak256(abi.encode(id, jury.getCase(id).round, machine, guilty, bytes32("salt")));
    }

    function draws(uint256 id) internal {
        vm.roll(uint256(roundOf(id).beaconBlock) + 1);
        jury.draw(id);
    }

    function votes(uint256 id, uint64 machine, bool guilty) internal {
        bytes32 hidden = sealedVote(id, machine, guilty);
        as_(ownerOf(machine));
        jury.vote(id, machine, hidden);
    }

    function reveals(uint256 id, uint64 machine, bool guilty) internal {
        as_(ownerOf(machine));
        jury.reveal(id, machine, guilty, "salt");
    }

    function abstains(uint256 id, uint64 machine) internal {
        as_(ownerOf(machine));
        jury.abstain(id, machine);
    }

    /// All who are drawn vote and reveal; the first `guilty` of them say guilty.
    function decide(uint256 id, uint256 guilty) internal {
        Jury.Seat[] memory seats = seatsOf(id);
        for (uint256 i; i < seats.length; ++i) votes(id, seats[i].machine, i < guilty);
        for (uint256 i; i < seats.length; ++i) reveals(id, seats[i].machine, i < guilty);
    }

    function later(uint256 secs) internal {
        vm.warp(block.timestamp + secs);
    }
}
