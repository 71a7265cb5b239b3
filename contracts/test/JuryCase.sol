// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Jury} from "../Jury.sol";
import {JuryWorld} from "./JuryWorld.sol";
import {Vm, vm} from "./Vm.sol";

/// Cases of account 1 against account 0, opened by this contract as a module of the Ledger.
abstract contract JuryCase is JuryWorld {
    uint96 constant BOND = 2e18;
    address accused;
    address accuser;
    uint64 id;

    function setUp() public {
        (accused, accuser) = (who(0), who(1));
        ledger.addModule(address(this));
    }

    /// Ten machines of ten owners are enrolled, and a case is about something that came later.
    function opened() internal {
        for (uint160 i; i < 10; ++i) newJuror(i);
        openedAmongWhoIsThere();
    }

    function openedAmongWhoIsThere() internal {
        vm.roll(2000);
        id = jury.open(accuser, accused, 1999, BOND);
    }

    function drawn() internal {
        opened();
        draws(id);
        require(seatsOf(id).length == 3, "three");
    }

    function requireState(Jury.CaseState state, bool guilty) internal view {
        require(jury.getCase(id).state == state, "state");
        require(jury.getCase(id).guilty == guilty, "verdict");
    }

    function badVote() internal {
        expects(abi.encodeWithSelector(Jury.BadVote.selector, id));
    }

    function tooLate(uint256 until) internal {
        vm.expectRevert(abi.encodeWithSelector(Jury.TooLate.selector, id, until));
    }

    function tooEarly(uint256 from) internal {
        vm.expectRevert(abi.encodeWithSelector(Jury.TooEarly.selector, id, from));
    }

    function nothingToDraw() internal {
        vm.expectRevert(abi.encodeWithSelector(Jury.NothingToDraw.selector, id));
        jury.draw(id);
    }

    /// All who are drawn vote and reveal, and but for one machine they say guilty.
    function convictedBut(uint64 outvoted) internal {
        Jury.Seat[] memory seats = seatsOf(id);
        for (uint256 i; i < seats.length; ++i) votes(id, seats[i].machine, seats[i].machine != outvoted);
        if (jury.getCase(id).state == Jury.CaseState.Voting) jury.draw(id);
        for (uint256 i; i < seats.length; ++i) reveals(id, seats[i].machine, seats[i].machine != outvoted);
    }

    function tells() internal {
        vm.expectEmit(address(jury));
    }

    function told(bytes32 kind) internal returns (uint256 times) {
        Vm.Log[] memory logs = vm.getRecordedLogs();
        for (uint256 i; i < logs.length; ++i) if (logs[i].topics[0] == kind) times++;
    }

    function appeals(address who_) internal {
        vm.prank(who_);
        jury.appeal(id);
    }

    function closed() internal returns (bool) {
        later(jury.APPEAL() + 1);
        return jury.close(id);
    }

    // Being enrolled
}
