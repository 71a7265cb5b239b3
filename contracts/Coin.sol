// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";
import {ERC20Permit} from "@openzeppelin/contracts/token/ERC20/extensions/ERC20Permit.sol";

/// @title The coin of the practice network
/// @notice Fixed supply, minted to the deployer, who acts as the faucet. Public networks use an ERC-20 of their own.
contract Coin is ERC20, ERC20Permit {
    constructor() ERC20("Hearth practice coin", "HTH") ERC20Permit("Hearth practice coin") {
        _mint(msg.sender, 1e27);
    }
}
