namespace Tachyon.Grains.Tests.Proxies;

/// <summary>What may happen to two routes of one exit.</summary>
internal enum RouteStep
{
    Use,
    Exchange,
    ExchangeAgain,
    Sign,
    Replay,
    Answer,
    Count,
    Lose,
    FailBeforeWriting,
    FailAfterWriting,
    Reorganise,
    KillSilo,
    ExitDies,
    ExitReturns,
    ExitCheats,
    ExitClaims,
    ExitCloses,
    ConsumerVanishes,
    ConsumerReturns,
    ConsumerCloses,
    ConsumerAsksForLess,
    ConsumerCheats,
    ConsumerAsksAgain,
    StrangerAsks,
    PromiseComesLate,
    ExitOverstates,
}
