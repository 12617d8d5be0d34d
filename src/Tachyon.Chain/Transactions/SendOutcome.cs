namespace Tachyon.Chain;

/// <summary>What the chain said to a transaction handed to it.</summary>
public enum SendOutcome
{
    /// <summary>It waits to be mined.</summary>
    Accepted = 1,

    /// <summary>It was there already.</summary>
    AlreadyKnown = 2,

    /// <summary>Its nonce is used up, by itself or by another: look for it by its hash.</summary>
    NonceUsed = 3,

    /// <summary>It pays too little: to be mined at all, or to replace the one of the same nonce that waits.</summary>
    Underpriced = 4,

    /// <summary>The account cannot pay for its gas.</summary>
    GasUnaffordable = 5,

    /// <summary>Refused for another reason, which repeating does not cure (bad gas limit, wrong chain).</summary>
    Rejected = 6,
}
