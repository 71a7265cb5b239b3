// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Jury} from "../Jury.sol";
import {JuryCase} from "./JuryCase.sol";
import {vm} from "./Vm.sol";

/// What events tell, and which step is taken in which state.
contract JuryStepsTest is JuryCase {
    /// The app knows of cases what their events tell it.
    function test_theEventsTellEachStepOfACase() public {
        opened();
        vm.roll(2002);
        uint256 state = vm.snapshotState();
        jury.draw(id);
        Jury.Seat[] memory seats = seatsOf(id);
        require(vm.revertToState(state), "back");
        uint40 time = uint40(block.timestamp);
        for (uint256 i; i < 3; ++i) {
            tells();
            emit Jury.SeatDrawn(id, 0, seats[i].machine, ownerOf(seats[i].machine), time + jury.VOTE());
        }
        jury.draw(id);
        tells();
        emit Jury.SeatEmptied(id, 0, seats[0].machine, Jury.SeatState.Abstained);
        abstains(id, seats[0].machine);
        later(jury.VOTE());
        tells();
        emit Jury.SeatSealed(id, 0, seats[1].machine);
        votes(id, seats[1].machine, true);
        vm.warp(time + 2 * jury.VOTE() + 1);
        tells();
        emit Jury.SeatEmptied(id, 0, seats[2].machine, Jury.SeatState.Absent);
        tells();
        emit Jury.VotingEnded(id, 0, uint40(block.timestamp) + jury.REVEAL());
        jury.draw(id);
        tells();
        emit Jury.SeatRevealed(id, 0, seats[1].machine, true);
        tells();
        emit Jury.CaseRuled(id, 0, false, uint40(block.timestamp) + jury.APPEAL());
        reveals(id, seats[1].machine, true);
        tells();
        emit Jury.CaseAppealed(id, 1, accuser, 2 * BOND, uint48(block.number) + 1);
        appeals(accuser);
        draws(id);
        decide(id, 7);
        later(jury.APPEAL() + 1);
        tells();
        emit Jury.CaseClosed(id, true, BOND / 16);
        tells();
        emit Jury.JurorFined(seats[2].machine, ownerOf(seats[2].machine), id, jury.ABSENCE());
        jury.close(id);
    }

    /// Every other step is refused, whoever asks.
    function takesNoOtherStep(Jury.CaseState state) private {
        bytes4[7] memory steps = [
            Jury.draw.selector,
            Jury.vote.selector,
            Jury.abstain.selector,
            Jury.reveal.selector,
            Jury.rule.selector,
            Jury.appeal.selector,
            Jury.close.selector
        ];
        bool called = state == Jury.CaseState.Called;
        Jury.CaseState[7] memory states = [
            called ? state : Jury.CaseState.Voting,
            Jury.CaseState.Voting,
            Jury.CaseState.Voting,
            Jury.CaseState.Revealing,
            Jury.CaseState.Revealing,
            Jury.CaseState.Ruled,
            called || state == Jury.CaseState.Closed ? state : Jury.CaseState.Ruled
        ];
        bytes memory wrong = abi.encodeWithSelector(Jury.WrongState.selector, id, state);
        for (uint256 i; i < 7; ++i) {
            if (states[i] == state) continue;
            (bool done, bytes memory why) = address(jury).call(abi.encodePacked(steps[i], abi.encode(id, 1, 1, 1)));
            require(
                !done && keccak256(why) == keccak256(wrong),
                string(abi.encodePacked("step ", bytes1(uint8(65 + i))))
            );
        }
    }

    function test_eachStepIsTakenInItsStateAlone() public {
        takesNoOtherStep(Jury.CaseState.None);
        opened();
        takesNoOtherStep(Jury.CaseState.Called);
        draws(id);
        takesNoOtherStep(Jury.CaseState.Voting);
        Jury.Seat[] memory seats = seatsOf(id);
        for (uint256 i; i < 3; ++i) votes(id, seats[i].machine, true);
        takesNoOtherStep(Jury.CaseState.Revealing);
        for (uint256 i; i < 3; ++i) reveals(id, seats[i].machine, true);
        takesNoOtherStep(Jury.CaseState.Ruled);
        require(closed(), "guilty");
        takesNoOtherStep(Jury.CaseState.Closed);
    }
}
