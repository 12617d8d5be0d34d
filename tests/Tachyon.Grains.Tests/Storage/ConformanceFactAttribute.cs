using Xunit.Abstractions;
using Xunit.Sdk;

namespace Tachyon.Grains.Tests.Storage;

/// <summary>A fact of the storage suite, for each storage that the build has: what it lacks is not even discovered.</summary>
[AttributeUsage(AttributeTargets.Method)]
[XunitTestCaseDiscoverer("Tachyon.Grains.Tests.Storage.ConformanceFactDiscoverer", "Tachyon.Grains.Tests")]
public sealed class ConformanceFactAttribute : FactAttribute;

/// <summary>Finds the facts of the storages that the build has.</summary>
public sealed class ConformanceFactDiscoverer(IMessageSink diagnostics) : FactDiscoverer(diagnostics)
{
    /// <inheritdoc />
    public override IEnumerable<IXunitTestCase> Discover(
        ITestFrameworkDiscoveryOptions discoveryOptions, ITestMethod testMethod, IAttributeInfo factAttribute)
    {
        ArgumentNullException.ThrowIfNull(testMethod);
        bool isRedis = typeof(IOnRedis).IsAssignableFrom(testMethod.TestClass.Class.ToRuntimeType());
        return isRedis && !RedisInBuild.CanRun ? [] : base.Discover(discoveryOptions, testMethod, factAttribute);
    }
}
