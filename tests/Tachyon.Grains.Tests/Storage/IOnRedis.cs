namespace Tachyon.Grains.Tests.Storage;

/// <summary>Marks a suite that runs on a Redis server.</summary>
internal interface IOnRedis;
