using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;
using Orleans.Hosting;

namespace Orleans.TestingHost;

public interface ISiloConfigurator
{
    void Configure(ISiloBuilder siloBuilder);
}

public interface IClientBuilderConfigurator
{
    void Configure(IConfiguration configuration, IClientBuilder clientBuilder);
}

public interface IHostConfigurator
{
    void Configure(IHostBuilder hostBuilder);
}
