using Nethereum.JsonRpc.Client;

namespace Tachyon.Chain.Ethereum;

/// <summary>
/// What nodes say when they do not take a transaction. The codes differ and mean little, so the words decide; those of
/// geth, reth and anvil, Nethermind, Besu and Erigon are known.
/// </summary>
internal static class SendErrors
{
    private const int LimitExceeded = -32005;
    private const int InternalError = -32603;

    private static readonly (SendOutcome Outcome, string[] Words)[] Known =
    [
        (SendOutcome.AlreadyKnown, ["already known", "alreadyknown", "already imported", "known transaction"]),
        (SendOutcome.NonceUsed, ["nonce too low", "nonce is too low", "oldnonce", "nonce_too_low"]),
        (SendOutcome.Underpriced,
        [
            "underpriced", "less than block base fee", "fee cap less than", "feetoolow", "gas price too low",
            "gas price below", "replacementnotallowed", "below configured minimum",
        ]),
        (SendOutcome.GasUnaffordable, ["insufficient funds", "insufficientfunds", "upfront cost exceeds", "insufficient balance"]),
    ];

    /// <returns>null when the error says nothing about the transaction</returns>
    public static SendResult? Classify(RpcError error)
    {
        foreach (var (outcome, words) in Known)
        {
            if (words.Any(word => error.Message.Contains(word, StringComparison.OrdinalIgnoreCase)))
            {
                return new SendResult(outcome, error.Message);
            }
        }

        return error.Code is LimitExceeded or InternalError ? null : new SendResult(SendOutcome.Rejected, error.Message);
    }
}
