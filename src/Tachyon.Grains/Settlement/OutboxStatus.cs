using Microsoft.Extensions.Logging;
using Tachyon.Chain;

namespace Tachyon.Grains.Settlement;

/// <summary>
/// What an outbox cannot do at present, for people: each thing is said once in the log when it begins, once when it is
/// over, and shown for as long as it lasts.
/// </summary>
internal sealed partial class OutboxStatus(ILogger logger, Address account)
{
    private readonly Dictionary<string, (OutboxWait Wait, string Reason)> _waits = [];
    private readonly Dictionary<OutboxWait, int> _waiting = [];
    private string? _fault;
    private string? _unreachable;

    /// <summary>Since when the chain does not answer, Unix milliseconds; null when it does.</summary>
    internal ulong? ChainDownSinceMs { get; private set; }

    /// <summary>The fault that ended the last round; else what one of the operations waits for; null when all is well.</summary>
    internal string? LastError => _unreachable ?? _fault ?? _waits
        .Where(wait => wait.Value.Wait != OutboxWait.TooEarly)
        .Select(wait => $"'{wait.Key}' waits: {wait.Value.Reason}")
        .FirstOrDefault();

    /// <summary>Why an operation waits; null when it does not.</summary>
    internal string? WaitOf(string operationId) => _waits.TryGetValue(operationId, out var wait) ? wait.Reason : null;

    /// <summary>The operation waits. Said in the log when it is the first to wait for such a thing.</summary>
    internal void Waits(string operationId, OutboxWait wait, string reason)
    {
        if (!_waits.TryGetValue(operationId, out var before) || before.Wait != wait)
        {
            Forget(operationId);
            int others = _waiting.GetValueOrDefault(wait);
            _waiting[wait] = others + 1;
            if (others == 0 && wait != OutboxWait.TooEarly)
            {
                LogWaits(logger, operationId, reason);
            }
        }

        _waits[operationId] = (wait, reason);
    }

    /// <summary>The operation waits for nothing.</summary>
    internal void GoesOn(string operationId) => Forget(operationId);

    /// <summary>The chain answers.</summary>
    internal void ChainAnswers()
    {
        if (ChainDownSinceMs is not null)
        {
            ChainDownSinceMs = null;
            LogChainBack(logger);
        }

        _unreachable = null;
    }

    /// <summary>The round was finished.</summary>
    internal void RoundEnded()
    {
        if (_fault is not null)
        {
            LogRecovered(logger, _fault);
            _fault = null;
        }
    }

    /// <summary>The round could not be finished.</summary>
    internal void Failed(Exception fault, ulong nowMs)
    {
        if (fault is ChainUnavailableException)
        {
            _unreachable = fault.Message;
            if (ChainDownSinceMs is null)
            {
                ChainDownSinceMs = nowMs;
                LogChainDown(logger, fault.Message);
            }
        }
        else if (_fault != fault.Message)
        {
            _fault = fault.Message;
            LogRoundFailed(logger, fault);
        }
    }

    private void Forget(string operationId)
    {
        if (_waits.Remove(operationId, out var before) && --_waiting[before.Wait] == 0 && before.Wait != OutboxWait.TooEarly)
        {
            LogGoesOn(logger, before.Reason);
        }
    }

    internal void Reorganised(string operationId, ulong block) => LogReorganised(logger, operationId, block);

    internal void NonceTaken(ulong nonce, string operationId) => LogNonceTaken(logger, nonce, account, operationId);

    internal void Replaced(OutboxEntry entry, OutboxAttempt attempt) =>
        LogReplaced(logger, entry.Id, entry.Nonce!.Value, OutboxFees.Gwei(attempt.MaxFeePerGasWei));

    internal void Filled(OutboxEntry entry, string reason) => LogFilled(logger, entry.Nonce!.Value, entry.Id, reason);

    internal void Gap(ulong nonce, int count) => LogGap(logger, nonce, account, count);

    [LoggerMessage(1, LogLevel.Error, "The outbox cannot do its work at present and goes on trying.")]
    private static partial void LogRoundFailed(ILogger logger, Exception fault);

    [LoggerMessage(2, LogLevel.Information, "The outbox works again, after: {Error}")]
    private static partial void LogRecovered(ILogger logger, string error);

    [LoggerMessage(3, LogLevel.Warning, "Re-organisation: operation {Operation}, which was in block {Block}, is on its way again.")]
    private static partial void LogReorganised(ILogger logger, string operation, ulong block);

    [LoggerMessage(4, LogLevel.Error, "Nonce {Nonce} of {Account} was used by a transaction that this outbox did not sign; operation {Operation} takes another. Nothing else may send from this account.")]
    private static partial void LogNonceTaken(ILogger logger, ulong nonce, Address account, string operation);

    [LoggerMessage(5, LogLevel.Information, "Operation {Operation}, nonce {Nonce}, is stuck and sent again with at most {MaxFee} for a unit of gas.")]
    private static partial void LogReplaced(ILogger logger, string operation, ulong nonce, string maxFee);

    [LoggerMessage(6, LogLevel.Error, "No transaction uses nonce {Nonce} of {Account}, and {Count} wait behind it; the first are signed again with the free ones. Nothing else may send from this account.")]
    private static partial void LogGap(ILogger logger, ulong nonce, Address account, int count);

    [LoggerMessage(7, LogLevel.Warning, "Nonce {Nonce} is used up by a transfer of nothing, so that others need not wait behind operation {Operation}: {Reason}")]
    private static partial void LogFilled(ILogger logger, ulong nonce, string operation, string reason);

    [LoggerMessage(8, LogLevel.Warning, "Operation {Operation} waits, and perhaps others: {Reason}")]
    private static partial void LogWaits(ILogger logger, string operation, string reason);

    [LoggerMessage(9, LogLevel.Information, "No operation waits any longer because {Reason}")]
    private static partial void LogGoesOn(ILogger logger, string reason);

    [LoggerMessage(10, LogLevel.Warning, "The outbox cannot reach the chain; nothing is lost, and it goes on trying: {Error}")]
    private static partial void LogChainDown(ILogger logger, string error);

    [LoggerMessage(11, LogLevel.Information, "The outbox reaches the chain again.")]
    private static partial void LogChainBack(ILogger logger);
}
