#include "services/remittance/remittance.h"

int
main(int argc, char **argv)
{
    return service_main(&remittance_plan, argc, argv);
}
