using Microsoft.AspNetCore.Http;
using Tachyon.Grains.Durability;
using Tachyon.Silo.Rest;

namespace Tachyon.Silo.Tests.Rest;

public sealed class ProblemsTests
{
    public static TheoryData<Exception, int> Faults => new()
    {
        { new StorageFaultException("the server is restarting"), 503 },
        { new SiloUnavailableException("the silo was killed"), 503 },
        { new TimeoutException("no answer"), 503 },
        { new BadHttpRequestException("the body is too large", 413), 413 },
        { new InvalidOperationException("a mistake in the program"), 500 },
    };

    [Theory]
    [MemberData(nameof(Faults))]
    public void Fault_ThatPasses_IsToldFromOneThatDoesNot(Exception fault, int status) => Assert.Equal(status, Problems.StatusOf(fault));
}
