namespace Tachyon.Grains;

/// <summary>What a pool made of a lock's promise.</summary>
[GenerateSerializer, Alias("tachyon.PromiseResult")]
public enum PromiseResult
{
    /// <summary>It holds all of it.</summary>
    Taken = 0,

    /// <summary>It is not active yet, or full and being topped up: it asks again when there is room.</summary>
    Later = 1,

    /// <summary>It ended, or is another one by now.</summary>
    Ended = 2,

    /// <summary>It is full, and the exit's cap per channel allows no more.</summary>
    Full = 3,

    /// <summary>It is full, and the proxy's account does not hold what a top-up takes.</summary>
    NoFunds = 4,
}
