// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Jury} from "../Jury.sol";
import {Ledger} from "../Ledger.sol";
import {JuryCase} from "./JuryCase.sol";
import {vm} from "./Vm.sol";

/// Votes, verdicts, appeals, and who is paid.
contract JuryVerdictTest is JuryCase {
    function test_aVoteCannotBeCopiedOrChanged() public {
        drawn();
        Jury.Seat[] memory seats = seatsOf(id);
        bytes32 copied = sealedVote(id, seats[0].machine, true);
        address owner = ownerOf(seats[0].machine);
        vm.expectRevert(abi.encodeWithSelector(Jury.BadVote.selector, id));
        vm.prank(owner);
        jury.vote(id, seats[0].machine, 0);
        votes(id, seats[0].machine, true);
        badVote();
        votes(id, seats[0].machine, false);
        vm.prank(ownerOf(seats[1].machine));
        jury.vote(id, seats[1].machine, copied);
        expects(abi.encodeWithSelector(Jury.WrongState.selector, id, Jury.CaseState.Voting));
        reveals(id, seats[0].machine, true);
        votes(id, seats[2].machine, true);
        requireState(Jury.CaseState.Revealing, false);
        badVote();
        reveals(id, seats[1].machine, true);
        badVote();
        reveals(id, seats[0].machine, false);
        vm.expectRevert(abi.encodeWithSelector(Jury.NotJuror.selector, id, seats[0].machine));
        vm.prank(who(3));
        jury.reveal(id, seats[0].machine, true, "salt");
        reveals(id, seats[0].machine, true);
        badVote();
        reveals(id, seats[0].machine, true);
    }

    function test_aVoteIsTakenUntilItsTimeIsOver() public {
        drawn();
        Jury.Seat[] memory seats = seatsOf(id);
        vm.warp(seats[0].until);
        votes(id, seats[0].machine, true);
        vm.warp(uint256(seats[0].until) + 1);
        expects(abi.encodeWithSelector(Jury.TooLate.selector, id, seats[1].until));
        abstains(id, seats[1].machine);
    }

    function test_votesAreOpenedForADayAndThenRuled() public {
        drawn();
        Jury.Seat[] memory seats = seatsOf(id);
        for (uint256 i; i < 3; ++i) votes(id, seats[i].machine, true);
        uint256 last = roundOf(id).deadline;
        require(last == block.timestamp + jury.REVEAL(), "a day");
        vm.warp(last);
        reveals(id, seats[0].machine, true);
        reveals(id, seats[1].machine, true);
        tooEarly(last + 1);
        jury.rule(id);
        vm.warp(last + 1);
        expects(abi.encodeWithSelector(Jury.TooLate.selector, id, last));
        reveals(id, seats[2].machine, true);
        jury.rule(id);
        requireState(Jury.CaseState.Ruled, true);
        require(closed(), "two of three");
        require(juror(seats[2].machine).stake == jury.STAKE() - jury.ABSENCE(), "a vote that is not opened is absence");
    }

    function testFuzz_whoMoreThanHalfFindGuiltyIsGuilty(uint256 guilty) public {
        guilty %= 4;
        drawn();
        decide(id, guilty);
        requireState(Jury.CaseState.Ruled, guilty >= 2);
    }

    function test_oneVoteConvictsNobody() public {
        enrols(who(2), 3);
        openedAmongWhoIsThere();
        draws(id);
        votes(id, 3, true);
        later(2 * jury.VOTE() + 1);
        jury.draw(id);
        reveals(id, 3, true);
        requireState(Jury.CaseState.Ruled, false);
    }

    function test_oneVoteBesideAnAbstentionConvictsNobody() public {
        enrols(who(2), 3);
        enrols(who(3), 4);
        openedAmongWhoIsThere();
        draws(id);
        abstains(id, 3);
        votes(id, 4, true);
        jury.draw(id);
        reveals(id, 4, true);
        requireState(Jury.CaseState.Ruled, false);
    }

    function test_twoVotesConvict() public {
        enrols(who(2), 3);
        enrols(who(3), 4);
        openedAmongWhoIsThere();
        draws(id);
        convictedBut(0);
        requireState(Jury.CaseState.Ruled, true);
    }

    /// Four sit in the jury of an appeal, and the first `guilty` of them say so; the first `opening` votes are opened.
    function heardByFour(uint256 guilty, uint256 opening) private {
        for (uint160 i; i < 4; ++i) newJuror(i);
        openedAmongWhoIsThere();
        draws(id);
        decide(id, 3);
        appeals(accused);
        draws(id);
        Jury.Seat[] memory seats = seatsOf(id);
        for (uint256 i; i < 4; ++i) votes(id, seats[i].machine, i < guilty);
        jury.draw(id);
        for (uint256 i; i < opening; ++i) reveals(id, seats[i].machine, i < guilty);
        later(jury.REVEAL() + 1);
        if (opening < 4) jury.rule(id);
    }

    function test_halfOfTheVotesConvictNobody() public {
        heardByFour(2, 4);
        requireState(Jury.CaseState.Ruled, false);
    }

    function test_aVoteThatIsNotOpenedConvictsNobody() public {
        heardByFour(2, 3);
        requireState(Jury.CaseState.Ruled, false);
    }

    // Paying

    function test_whoDoesNotOpenItsVoteTakesNothingFromThoseWhoDo() public {
        drawn();
        Jury.Seat[] memory seats = seatsOf(id);
        for (uint256 i; i < 3; ++i) votes(id, seats[i].machine, false);
        for (uint256 i; i < 2; ++i) reveals(id, seats[i].machine, false);
        later(jury.REVEAL() + 1);
        jury.rule(id);
        uint256[2] memory had = [ledger.free(ownerOf(seats[0].machine)), ledger.free(ownerOf(seats[2].machine))];
        require(!closed(), "innocent");
        require(ledger.free(ownerOf(seats[0].machine)) == had[0] + BOND / 4, "half the bond for two");
        require(ledger.free(ownerOf(seats[2].machine)) == had[1], "and nothing for the third");
        require(juror(seats[2].machine).stake == jury.STAKE() - jury.ABSENCE(), "who is fined");
    }

    function test_theLosersBondPaysTheJurorsWhoSawItRightAndTheWinner() public {
        drawn();
        Jury.Seat[] memory seats = seatsOf(id);
        uint256[2] memory had = [ledger.free(accuser), ledger.free(ownerOf(seats[0].machine))];
        decide(id, 2);
        require(closed(), "guilty");
        uint256 fee = uint256(BOND) / 4;
        require(ledger.free(ownerOf(seats[0].machine)) == had[1] + fee, "half the bond for two");
        require(ledger.free(accuser) == had[0] + 2 * uint256(BOND) - 2 * fee, "own bond and the rest");
        require(juror(seats[2].machine).stake == jury.STAKE() - jury.FALSE_VOTE(), "who saw it wrong is fined");
        require(ledger.held(address(jury), id) == 0, "drained");
        require(jury.close(id), "told again");
        require(ledger.free(accuser) == had[0] + 2 * uint256(BOND) - 2 * fee, "and paid once");
    }

    function test_whoLosesTooMuchOfTheStakeLeavesTheDraw() public {
        for (uint160 i; i < 3; ++i) newJuror(i);
        uint64 outvoted;
        for (uint256 i; i < 2; ++i) {
            vm.roll(block.number + 10);
            id = jury.open(accuser, accused, uint48(block.number - 1), BOND);
            draws(id);
            if (i == 0) outvoted = seatsOf(id)[0].machine;
            convictedBut(outvoted);
            require(closed(), "guilty");
            require(jury.enrolledCount() == (i == 0 ? 3 : 2), "in the draw while half is left");
        }
        require(juror(outvoted).stake == 0 && juror(outvoted).retired != 0, "out");
        vm.roll(block.number + 10);
        id = jury.open(accuser, accused, uint48(block.number - 15), BOND);
        draws(id);
        require(seatsOf(id).length == 2, "not drawn for what came before either");
    }

    /// Three rounds find against it: two false votes take the stake, and the third finds nothing.
    function test_nobodyIsFinedMoreThanItsStake() public {
        for (uint160 i; i < 4; ++i) newJuror(i);
        openedAmongWhoIsThere();
        draws(id);
        uint64 outvoted = seatsOf(id)[0].machine;
        convictedBut(outvoted);
        for (uint256 i; i < 2; ++i) {
            appeals(accused);
            draws(id);
            convictedBut(outvoted);
        }
        vm.recordLogs();
        tells();
        emit Jury.JurorFined(outvoted, ownerOf(outvoted), id, jury.FALSE_VOTE());
        tells();
        emit Jury.JurorFined(outvoted, ownerOf(outvoted), id, jury.FALSE_VOTE());
        tells();
        emit Jury.JurorFined(outvoted, ownerOf(outvoted), id, 0);
        require(jury.close(id), "guilty");
        require(told(Ledger.Released.selector) == 8 + 2 + 1, "eight fees, two fines and what is the winner's");
        require(juror(outvoted).stake == 0 && juror(outvoted).seats == 0, "no stake, no seat");
        require(ledger.held(address(jury), jury.stakeBucket(outvoted)) == 0, "nothing held");
        require(ledger.free(address(jury)) == jury.STAKE(), "nobody's");
    }

    function test_whoLeftTheDrawAndLosesTheStakeTakesNobodyElseOut() public {
        for (uint160 i; i < 4; ++i) newJuror(i);
        openedAmongWhoIsThere();
        draws(id);
        uint64 outvoted = seatsOf(id)[0].machine;
        convictedBut(outvoted);
        appeals(accused);
        draws(id);
        convictedBut(outvoted);
        vm.prank(ownerOf(outvoted));
        jury.retire(outvoted);
        uint40 left = juror(outvoted).retired;
        require(closed(), "guilty");
        require(juror(outvoted).stake == 0 && juror(outvoted).retired == left, "left once");
        require(jury.enrolledCount() == 3, "the others stay");
    }

    // Appealing

    function test_theLoserAppealsToTwiceTheJuryForTwiceTheBond() public {
        for (uint160 i = 10; i < 40; ++i) newJuror(i);
        drawn();
        Jury.Seat[] memory bought = seatsOf(id);
        decide(id, 3);
        uint256 start = ledger.free(accused);
        vm.expectRevert(abi.encodeWithSelector(Jury.NotLoser.selector, id, accuser));
        appeals(accuser);
        tooEarly(uint256(roundOf(id).deadline) + 1);
        jury.close(id);
        vm.warp(roundOf(id).deadline);
        appeals(accused);
        require(ledger.free(accused) == start - 2 * uint256(BOND), "twice the bond");
        draws(id);
        require(seatsOf(id).length == 7, "seven");
        decide(id, 3);
        requireState(Jury.CaseState.Ruled, false);
        appeals(accuser);
        draws(id);
        require(seatsOf(id).length == 15, "fifteen");
        decide(id, 0);
        vm.expectRevert(abi.encodeWithSelector(Jury.NoAppeal.selector, id));
        appeals(accuser);
        require(!jury.close(id), "final at once");
        uint256 lost = 5 * uint256(BOND);
        uint256 fee = lost / 2 / 19;
        require(ledger.free(accused) == start + BOND + lost - fee * 19, "bonds back and won");
        require(juror(bought[0].machine).stake < jury.STAKE(), "who was overruled is fined");
        require(ledger.held(address(jury), id) == 0, "drained");
    }

    function test_anAppealIsTakenForADay() public {
        drawn();
        decide(id, 3);
        uint256 last = roundOf(id).deadline;
        require(last == block.timestamp + jury.APPEAL(), "a day");
        vm.warp(last);
        tooEarly(last + 1);
        jury.close(id);
        vm.warp(last + 1);
        tooLate(last);
        appeals(accused);
        require(jury.close(id), "guilty");
    }

    function test_anAppealThatNobodyAnswersChangesNothing() public {
        drawn();
        decide(id, 3);
        appeals(accused);
        draws(id);
        later(3 * jury.VOTE());
        jury.draw(id);
        requireState(Jury.CaseState.Ruled, true);
    }

    function test_oneAnswerToAnAppealChangesNothing() public {
        drawn();
        decide(id, 3);
        appeals(accused);
        draws(id);
        uint64 machine = seatsOf(id)[0].machine;
        votes(id, machine, false);
        later(3 * jury.VOTE());
        jury.draw(id);
        reveals(id, machine, false);
        requireState(Jury.CaseState.Ruled, true);
    }

    /// Few machines are enrolled: the larger jury is all of them.
    function test_anAppealInASmallNetworkIsHeardByAll() public {
        for (uint160 i; i < 4; ++i) newJuror(i);
        openedAmongWhoIsThere();
        draws(id);
        decide(id, 3);
        appeals(accused);
        draws(id);
        Jury.Seat[] memory seats = seatsOf(id);
        require(seats.length == 4, "all");
        for (uint256 i; i < 4; ++i) votes(id, seats[i].machine, true);
        jury.draw(id);
        require(roundOf(id).draws == 56, "eight draws a seat");
        for (uint256 i; i < 4; ++i) reveals(id, seats[i].machine, true);
        requireState(Jury.CaseState.Ruled, true);
    }

    // Beacons that nobody reads

    function test_aJuryThatNobodyDrawsInTimeIsLostByWhoAskedForIt() public {
        opened();
        uint256 beacon = roundOf(id).beaconBlock;
        vm.roll(beacon + 8191);
        tooEarly(beacon + 8192);
        jury.close(id);
        vm.roll(beacon + 8192);
        tooLate(beacon + 8191);
        jury.draw(id);
        uint256 had = ledger.free(accuser);
        require(jury.close(id), "the accused asked for it");
        require(ledger.free(accuser) == had + 2 * uint256(BOND), "both bonds");
    }

    function test_anAppealThatNobodyDrawsInTimeLeavesTheVerdict() public {
        drawn();
        decide(id, 0);
        appeals(accuser);
        vm.roll(uint256(roundOf(id).beaconBlock) + 8192);
        require(!jury.close(id), "innocent still");
        require(ledger.held(address(jury), id) == 0, "drained");
    }

    function test_anAppealByTheGuiltyThatNobodyDrawsFreesNobody() public {
        drawn();
        decide(id, 3);
        appeals(accused);
        vm.roll(uint256(roundOf(id).beaconBlock) + 8192);
        require(jury.close(id), "guilty still");
        require(ledger.held(address(jury), id) == 0, "drained");
    }
}
