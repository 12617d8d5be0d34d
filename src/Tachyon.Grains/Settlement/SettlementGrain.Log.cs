using Microsoft.Extensions.Logging;

namespace Tachyon.Grains.Settlement;

/// <content>Log messages.</content>
internal sealed partial class SettlementGrain
{
    [LoggerMessage(1, LogLevel.Warning, "The outbox cannot do all of its work at present and goes on trying: {Error}")]
    private static partial void LogRoundFailed(ILogger logger, string error, Exception? cause);

    [LoggerMessage(2, LogLevel.Information, "The outbox works again, after: {Error}")]
    private static partial void LogRecovered(ILogger logger, string error);

    [LoggerMessage(3, LogLevel.Warning, "Re-organisation: operation {Operation}, which was in block {Block}, is on its way again.")]
    private static partial void LogReorganised(ILogger logger, string operation, ulong block);

    [LoggerMessage(4, LogLevel.Error, "Nonce {Nonce} of {Account} was used by a transaction that this outbox did not sign; operation {Operation} takes another. Nothing else may send from this account.")]
    private static partial void LogNonceTaken(ILogger logger, ulong nonce, Address account, string operation);

    [LoggerMessage(5, LogLevel.Information, "Operation {Operation}, nonce {Nonce}, is stuck and sent again with at most {MaxFeeWei} wei for a unit of gas.")]
    private static partial void LogReplaced(ILogger logger, string operation, ulong nonce, string maxFeeWei);

    [LoggerMessage(6, LogLevel.Error, "No transaction uses nonce {Nonce} of {Account}, and {Count} wait behind it; the first are signed again with the free ones. Nothing else may send from this account.")]
    private static partial void LogGap(ILogger logger, ulong nonce, Address account, int count);
}
